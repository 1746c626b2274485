using Reprocessing.Cli.Http;
using Reprocessing.Cli.Output;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli;

/// <summary>What a command works with.</summary>
internal sealed record Session(ApiClient Api, Results Results, Messages Messages, Surroundings Surroundings) : IDisposable
{
    public TimeProvider Time => Surroundings.Time;

    /// <summary>A list of the API as the result of a command.</summary>
    /// <param name="limit">0 is all.</param>
    public async Task<int> ListAsync(IReadOnlyList<Column> columns, string list, int limit, CancellationToken cancellationToken)
    {
        await Results.ListAsync(columns, Api.ReadAsync(list, limit, cancellationToken), cancellationToken);
        return ExitCode.Ok;
    }

    /// <summary>The answer to a request as the result of a command.</summary>
    public async Task<int> ShowAsync(IReadOnlyList<Column> fields, ApiRequest request, CancellationToken cancellationToken)
    {
        Results.One(await Api.SendAsync(request, cancellationToken), fields);
        return ExitCode.Ok;
    }

    public void Dispose() => Api.Dispose();
}
