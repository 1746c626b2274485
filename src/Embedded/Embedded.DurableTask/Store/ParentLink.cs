namespace Embedded.DurableTask.Store;

/// <summary>The call that created a child: one sub-orchestration command of one run of the parent.</summary>
internal sealed record ParentLink(string Name, string InstanceId, string RunId, int Generation, int TaskId);
