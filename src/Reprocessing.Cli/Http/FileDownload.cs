namespace Reprocessing.Cli.Http;

/// <summary>Downloads to stdout, or to a file that appears only when it is complete.</summary>
internal sealed class FileDownload(Session session)
{
    private const int Block = 32 * 1_024;

    public static Option<string?> Target() => new("--to") { Description = "The file; it appears when it is whole. Default: stdout.", HelpName = "file" };

    public async Task<int> SaveAsync(ApiRequest file, string? target, CancellationToken cancellationToken)
    {
        using var response = await session.Api.OpenAsync(file with { IsLong = true }, cancellationToken);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            await (target is null
                ? WriteAsync(body, cancellationToken)
                : WriteFileAsync(body, Path.Combine(session.Host.Folder, target), cancellationToken));
        }
        catch (Exception e) when (e is HttpRequestException or HttpIOException or TimeoutException)
        {
            throw new CommandException(ExitCode.Unreachable, "The file broke off: what was written is not all of it.", e.Message);
        }

        if (target is not null)
        {
            session.Messages.Say($"Written to {target}.");
        }

        return ExitCode.Ok;
    }

    private async Task WriteAsync(Stream body, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(body, Encoding.UTF8);
        var letters = new char[Block];
        while (await session.Api.InTimeAsync(token => reader.ReadAsync(letters, token).AsTask(), cancellationToken) is > 0 and var count)
        {
            // Unchanged to a file or another program; without control characters to a terminal.
            var text = new string(letters, 0, count);
            await session.Host.Out.WriteAsync(session.Host.IsOutTerminal ? SafeText.OfLines(text) : text);
        }
    }

    private async Task WriteFileAsync(Stream body, string target, CancellationToken cancellationToken)
    {
        var partial = $"{target}.partial";
        await using (var file = File.Create(partial))
        {
            var bytes = new byte[Block];
            while (await session.Api.InTimeAsync(token => body.ReadAsync(bytes, token).AsTask(), cancellationToken) is > 0 and var count)
            {
                await file.WriteAsync(bytes.AsMemory(0, count), cancellationToken);
            }
        }

        File.Move(partial, target, overwrite: true);
    }
}
