namespace Reprocessing.LocalHost.Azurite;

internal sealed record AzuriteOptions
{
    /// <summary>0 takes any free port.</summary>
    public int Port { get; init; } = 10002;

    /// <summary>The folder that the rows are kept in; null keeps them in memory. A folder's file is rewritten every few seconds.</summary>
    public string? Location { get; init; }

    /// <summary>Whether it goes on when its owner dies without stopping it, so that the next owner finds it and its rows.</summary>
    public bool OutlivesOwner { get; init; }

    /// <summary>Without the first run's download.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>After that it is killed.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
