namespace Embedded.DurableTask.Engine;

/// <summary>One activity call. The same instance id and task id may come twice: activities run at least once.</summary>
internal sealed record ActivityRequest(string Name, string InstanceId, int TaskId, string? Input);
