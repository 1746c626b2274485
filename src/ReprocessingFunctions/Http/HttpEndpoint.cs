using System.Diagnostics.CodeAnalysis;

namespace ReprocessingFunctions.Http;

/// <summary>Calls the body of an HTTP function whose problems <see cref="ProblemMiddleware"/> answers.</summary>
[SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "It is injected.")]
internal sealed class HttpEndpoint
{
    public Task<HttpResponseData> RunAsync(HttpRequestData request, Func<Task<HttpResponseData>> handler, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return handler();
    }

    public Task<HttpResponseData> RunPagedAsync<TStored, TShown>(
        HttpRequestData request,
        Func<int, string?, CancellationToken, Task<Reprocessing.Storage.Page<TStored>>> list,
        Func<TStored, TShown> show,
        CancellationToken cancellationToken) => request.PageAsync(list, show, cancellationToken);
}

internal static partial class Paging
{
    public static (int Value, Problem? Problem) QueryNumber(HttpRequestData request, string name, int whenAbsent, int max)
    {
        try
        {
            return (request.QueryNumber(name, whenAbsent, max), null);
        }
        catch (ProblemException e)
        {
            return (whenAbsent, e.Problem);
        }
    }
}
