using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.Http;

/// <summary>Where the app is, and the key that opens it.</summary>
/// <param name="Key">Empty when none was given. Sent as a header and written nowhere.</param>
internal sealed record Connection(Uri Url, string Key)
{
    public const string DefaultUrl = "http://localhost:7071";

    public const string KeyHeader = "x-functions-key";

    /// <summary>The key would be read by whoever is on the way.</summary>
    public bool ExposesKey => Key.Length > 0 && Url.Scheme == Uri.UriSchemeHttp && !Url.IsLoopback;

    public static Connection Of(string url, string? key)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new CommandException(ExitCode.Usage, $"--url must be an http or https address, such as {DefaultUrl}.");
        }

        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            // A key in an address ends up in logs and in the history of shells; it is not repeated here.
            throw new CommandException(ExitCode.Usage, "--url must be an address alone; give the key by --key or REPROCESS_KEY.");
        }

        if (key?.Any(letter => letter is < ' ' or > '~') == true)
        {
            throw new CommandException(ExitCode.Usage, "The key has characters that no header carries.");
        }

        return new(address, key?.Trim() ?? string.Empty);
    }

    /// <param name="path">From the root of the app, with its query.</param>
    public Uri To(string path) => new(Url.GetLeftPart(UriPartial.Path).TrimEnd('/') + path);
}
