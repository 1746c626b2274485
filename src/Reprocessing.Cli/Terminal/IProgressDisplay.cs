namespace Reprocessing.Cli.Terminal;

/// <summary>Shows progress while something is waited for.</summary>
internal interface IProgressDisplay
{
    Task<T> RunAsync<T>(Func<Action<ProgressFrame>, Task<T>> work);
}
