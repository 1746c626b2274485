using Reprocessing.Cli.Http;
using Reprocessing.Cli.Output;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli;

/// <summary>What a command works with.</summary>
internal sealed record Session(ApiClient Api, Results Results, Messages Messages, Surroundings Surroundings) : IDisposable
{
    public TimeProvider Time => Surroundings.Time;

    public void Dispose() => Api.Dispose();
}
