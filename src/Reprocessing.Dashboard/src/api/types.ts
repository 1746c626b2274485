import type { components } from './schema';

type Schemas = components['schemas'];

export type Alert = Schemas['AlertState'];
export type Attempt = Schemas['Attempt'];
export type AuditEvent = Schemas['AuditEvent'];
export type CreateJobRequest = Schemas['CreateJobRequest'];
export type CreatePlanRequest = Schemas['CreatePlanRequest'];
export type DaySummary = Schemas['DaySummary'];
export type DeadLetter = Schemas['DeadLetterResponse'];
export type DeadLetterRow = Schemas['DeadLetterRow'];
export type DeadLetterStatistics = Schemas['DeadLetterStatistics'];
export type Export = Schemas['ExportResponse'];
export type FailingStatistics = Schemas['FailingStatistics'];
export type FailureGroup = Schemas['FailureGroup'];
export type Health = Schemas['HealthResponse'];
export type Import = Schemas['ImportResponse'];
export type ItemState = Schemas['ItemState'];
export type Job = Schemas['JobResponse'];
export type JobCounts = Schemas['JobCounts'];
export type JobItem = Schemas['JobItemResponse'];
export type JobWait = Schemas['JobWait'];
export type Me = Schemas['MeResponse'];
export type Operation = Schemas['JobOperation'];
export type Order = Schemas['OrderResponse'];
export type OrderRow = Schemas['OrderRow'];
export type OutcomeCounts = Schemas['OutcomeCounts'];
export type Plan = Schemas['PlanResponse'];
export type PlanItem = Schemas['PlanItemResponse'];
export type ProblemBody = Schemas['ProblemBody'];
export type ProblemKind = Schemas['ProblemKind'];
export type Rejected = Schemas['RejectedRecord'];
export type Run = Schemas['RunResponse'];
export type Schedule = Schemas['ScheduleResponse'];
export type Skipped = Schemas['SkippedRecord'];
export type StatisticsHistory = Schemas['StatisticsHistoryResponse'];
export type StatisticsPoint = Schemas['StatisticsPoint'];
export type Summary = Schemas['SummaryResponse'];
export type TimelineEvent = Schemas['TimelineEvent'];
export type Workflow = Schemas['WorkflowResponse'];

export interface Page<T> {
  items: T[];
  nextPageToken?: string;
}
