using System.Diagnostics;

namespace Embedded.DataTables.Protocol;

/// <summary>The span of one client operation; the pipeline's HTTP spans are its children.</summary>
internal readonly struct OperationScope : IDisposable
{
    private static readonly ActivitySource TableClientSource = new("Azure.Data.Tables.TableClient");
    private static readonly ActivitySource ServiceClientSource = new("Azure.Data.Tables.TableServiceClient");

    private readonly Activity? _activity;

    private OperationScope(Activity? activity) => _activity = activity;

    /// <param name="operation">As 'TableClient.AddEntity'.</param>
    public static OperationScope Start(string operation)
    {
        var source = operation.StartsWith("TableClient.", StringComparison.Ordinal) ? TableClientSource : ServiceClientSource;
        var activity = source.StartActivity(operation);
        activity?.SetTag("az.namespace", "Microsoft.Tables");
        return new(activity);
    }

    public void Failed(Exception exception)
    {
        var type = exception is RequestFailedException { ErrorCode: { } code } ? code : exception.GetType().FullName;
        _activity?.SetTag("error.type", type);
        _activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
    }

    public void Dispose() => _activity?.Dispose();
}
