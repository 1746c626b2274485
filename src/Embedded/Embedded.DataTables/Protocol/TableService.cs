using Azure.Core;
using Azure.Core.Pipeline;

namespace Embedded.DataTables.Protocol;

/// <summary>One account's table service: where it is, and the pipeline that signs, sends and retries.</summary>
internal sealed class TableService
{
    public const string JsonMinimal = "application/json;odata=minimalmetadata";

    private readonly HttpPipeline _pipeline;
    private readonly string _version;
    private readonly bool _traced;

    public TableService(Uri endpoint, string accountName, TableClientOptions options, HttpPipelinePolicy? authentication)
    {
        EndpointText = endpoint.AbsoluteUri.TrimEnd('/');
        AccountName = accountName;
        _version = options.VersionText;
        _traced = options.Diagnostics.IsDistributedTracingEnabled;
        // A retry an hour later must not carry the first one's date: signing belongs to each try.
        _pipeline = HttpPipelineBuilder.Build(options, [], authentication is null ? [] : [authentication], new ResponseClassifier());
    }

    /// <summary>Without a slash at the end.</summary>
    public string EndpointText { get; }

    public string AccountName { get; }

    /// <param name="pathAndQuery">From the endpoint on, escaped.</param>
    public HttpMessage CreateMessage(RequestMethod method, string pathAndQuery, ResponseClassifier classifier)
    {
        var message = _pipeline.CreateMessage(context: null, classifier);
        message.Request.Method = method;
        message.Request.Uri.Reset(new Uri(EndpointText + pathAndQuery));
        var headers = message.Request.Headers;
        headers.SetValue("x-ms-version", _version);
        headers.SetValue("DataServiceVersion", "3.0");
        headers.SetValue(HttpHeader.Names.Accept, JsonMinimal);
        return message;
    }

    /// <summary>Sends, and throws for what the message's classifier calls an error.</summary>
    public Task<Response> SendAsync(HttpMessage message, string operation, CancellationToken cancellation)
        => SendAsync(message, operation, ThrowIfError, cancellation);

    /// <summary>What <paramref name="read"/> throws fails the operation's span as well. The body goes back to the pool once an answer is there.</summary>
    public async Task<T> SendAsync<T>(HttpMessage message, string operation, Func<Response, T> read, CancellationToken cancellation)
    {
        using var scope = _traced ? OperationScope.Start(operation) : default;
        try
        {
            await _pipeline.SendAsync(message, cancellation);
            (message.Request.Content as PayloadBuffer)?.Recycle();
            return read(message.Response);
        }
        catch (Exception e)
        {
            scope.Failed(e);
            throw;
        }
    }

    private static Response ThrowIfError(Response response) => response.IsError
        ? throw new RequestFailedException(response, innerException: null, TableErrorParser.Instance)
        : response;
}
