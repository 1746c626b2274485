using Azure.Core;
using Azure.Core.Pipeline;

namespace Embedded.DataTables.Accounts;

/// <summary>A shared access signature goes into the query; a renewed one replaces the old at the next try.</summary>
internal sealed class SasPolicy(AzureSasCredential credential) : HttpPipelineSynchronousPolicy
{
    public override void OnSendingRequest(HttpMessage message)
    {
        var signature = credential.Signature.TrimStart('?');
        if (message.TryGetProperty(typeof(SasPolicy), out var property) && property is string plainQuery)
        {
            message.Request.Uri.Query = plainQuery;
        }
        else
        {
            plainQuery = message.Request.Uri.Query;
            message.SetProperty(typeof(SasPolicy), plainQuery);
        }

        message.Request.Uri.Query = plainQuery.Length == 0 ? $"?{signature}" : $"{plainQuery}&{signature}";
        base.OnSendingRequest(message);
    }
}
