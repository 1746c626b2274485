namespace Embedded.DurableTask.Hosting;

internal static class Background
{
    /// <summary>Starts a loop away from the caller's thread and synchronization context, which may be gone before the loop ends.</summary>
#pragma warning disable RS0030 // the pumps are the ones that drive
    public static Task Start(Func<Task> loop) => Task.Run(loop);
#pragma warning restore RS0030
}
