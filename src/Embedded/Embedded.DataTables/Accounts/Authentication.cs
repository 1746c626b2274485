using Azure.Core;
using Azure.Core.Pipeline;

namespace Embedded.DataTables.Accounts;

/// <summary>How requests prove who sends them.</summary>
internal static class Authentication
{
    public static HttpPipelinePolicy By(TableSharedKeyCredential credential)
    {
        ArgumentNullException.ThrowIfNull(credential);
        return new SharedKeyLitePolicy(credential);
    }

    public static HttpPipelinePolicy By(AzureSasCredential credential)
    {
        ArgumentNullException.ThrowIfNull(credential);
        return new SasPolicy(credential);
    }

    public static HttpPipelinePolicy By(TokenCredential credential, TableClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(credential);
        var audience = (options?.Audience ?? TableAudience.AzurePublicCloud).ToString();
        return new BearerTokenAuthenticationPolicy(credential, $"{audience.TrimEnd('/')}/.default");
    }

    /// <summary>An address may carry its own signature; without one, requests go unsigned.</summary>
    public static HttpPipelinePolicy? By(AccountAddress address)
        => address.Signature is { } signature ? new SasPolicy(new AzureSasCredential(signature)) : null;
}
