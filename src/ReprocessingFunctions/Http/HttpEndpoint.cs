using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Logging;
using Reprocessing.Storage.Jobs;
using ReprocessingFunctions.Jobs;
using ReprocessingFunctions.Tables;

namespace ReprocessingFunctions.Http;

/// <summary>Runs the body of an HTTP function, so that whatever goes wrong in it is answered as a problem and logged once.</summary>
internal sealed class HttpEndpoint(ILogger<HttpEndpoint> logger)
{
    public async Task<HttpResponseData> RunAsync(
        HttpRequestData request, Func<Task<HttpResponseData>> handler, CancellationToken cancellationToken)
    {
        try
        {
            return await handler();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (FormatException) when (request.Query["pageToken"] is not null)
        {
            // Storage reads its own tokens strictly; this one was not given out by it.
            return await request.ProblemAsync(Paging.UnknownToken, cancellationToken);
        }
        catch (PreconditionFailedException)
        {
            return await request.ProblemAsync(Problems.PreconditionFailed(), cancellationToken);
        }
        catch (PlanRefusedException e)
        {
            return await request.ProblemAsync(e.Problem, cancellationToken);
        }
        catch (Exception e) when (StorageFault.IsUnavailable(e))
        {
            logger.StorageUnavailable(e, request.Url.AbsolutePath);
            return await request.ProblemAsync(Problems.StorageUnavailable(), cancellationToken);
        }
        catch (Exception e)
        {
            var invocationId = request.FunctionContext.InvocationId;
            logger.RequestFailed(e, request.Url.AbsolutePath, invocationId);
            return await request.ProblemAsync(Problems.Internal(invocationId), cancellationToken);
        }
    }

    /// <summary>Answers a page of a list that storage pages by limit and token.</summary>
    public Task<HttpResponseData> RunPagedAsync<TStored, TShown>(
        HttpRequestData request,
        Func<int, string?, CancellationToken, Task<Reprocessing.Storage.Page<TStored>>> list,
        Func<TStored, TShown> show,
        CancellationToken cancellationToken) => RunAsync(
            request,
            async () =>
            {
                var (asked, problem) = Paging.Read(request);
                if (problem is not null)
                {
                    return await request.ProblemAsync(problem, cancellationToken);
                }

                var page = await list(asked.Size, asked.Token, cancellationToken);
                return await request.OkAsync(
                    new PageAnswer<TShown>([.. page.Items.Select(show)], Paging.Encode(page.Next)), cancellationToken);
            },
            cancellationToken);
}
