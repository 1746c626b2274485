using System.Globalization;

namespace Reprocessing.Azurite;

internal static class AzuriteProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Whether a web server answers there, whatever it says: Azurite answers 400 to an unsigned request.</summary>
    public static async Task<bool> AnswersAsync(int port, CancellationToken cancellation)
    {
        if (port == 0)
        {
            return false;
        }

        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        try
        {
            using var response = await client.GetAsync(new Uri($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/"), cancellation);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            return false;
        }
    }
}
