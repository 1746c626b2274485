namespace Embedded.DurableTask.Hosting;

/// <summary>Something that a committed turn asked for and that has not answered yet.</summary>
internal abstract record OpenTask
{
    internal sealed record Activity : OpenTask;

    internal sealed record Timer(TimerEntry Entry) : OpenTask;

    internal sealed record Child(string InstanceId) : OpenTask;
}
