using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Embedded.DataTables.Accounts;

/// <summary>
/// The table service's SharedKeyLite: the date and the path, signed. Runs for every try, since the service refuses a date that is
/// more than 15 minutes old. https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key
/// </summary>
internal sealed class SharedKeyLitePolicy(TableSharedKeyCredential credential, TimeProvider? time = null) : HttpPipelineSynchronousPolicy
{
    // A client is a composition root of its own: the real library's surface has nowhere to give it a clock.
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public override void OnSendingRequest(HttpMessage message)
    {
        var date = _time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        var signature = credential.Sign($"{date}\n{Resource(message.Request.Uri.ToUri())}");
        message.Request.Headers.SetValue("x-ms-date", date);
        message.Request.Headers.SetValue(HttpHeader.Names.Authorization, $"SharedKeyLite {credential.AccountName}:{signature}");
        base.OnSendingRequest(message);
    }

    /// <summary>The escaped path after the account's name; of the query only 'comp' counts.</summary>
    private string Resource(Uri uri)
    {
        var resource = $"/{credential.AccountName}{uri.AbsolutePath}";
        var component = uri.Query.TrimStart('?').Split('&').FirstOrDefault(part => part.StartsWith("comp=", StringComparison.Ordinal));
        return component is null ? resource : $"{resource}?{component}";
    }
}
