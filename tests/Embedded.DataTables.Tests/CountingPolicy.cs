using Azure.Core;
using Azure.Core.Pipeline;

namespace Embedded.DataTables.Tests;

/// <summary>As a test or a benchmark counts storage calls.</summary>
internal sealed class CountingPolicy : HttpPipelineSynchronousPolicy
{
    private int _requests;

    public int Requests => _requests;

    public override void OnSendingRequest(HttpMessage message) => Interlocked.Increment(ref _requests);
}
