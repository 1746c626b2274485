using System.Net.Http.Headers;
using System.Text;
using Reprocessing.Cli.Terminal;
using Reprocessing.Domain.Imports;
using Reprocessing.Domain.Names;

namespace Reprocessing.Cli.Imports;

/// <summary>A file of orders, which is read anew each time that it is sent.</summary>
internal sealed class ImportFile
{
    private readonly Func<Stream> _open;
    private readonly string _mediaType;

    private ImportFile(Func<Stream> open, ImportFormat format)
    {
        _open = open;
        _mediaType = format == ImportFormat.Csv ? "text/csv" : "application/x-ndjson";
    }

    /// <param name="path">- is stdin.</param>
    /// <param name="format">Null goes by the file's name.</param>
    public static ImportFile Of(string path, string? format, Surroundings surroundings)
    {
        if ((format ?? FormatOf(path)) is not { } named || !StableNames.TryParse<ImportFormat>(named, out var known))
        {
            throw new CommandException(ExitCode.Usage, "--format is needed: the file's name does not tell it.");
        }

        if (path == "-")
        {
            var text = Encoding.UTF8.GetBytes(surroundings.In.ReadToEnd());
            return new(() => new MemoryStream(text), known);
        }

        var file = Path.Combine(surroundings.Folder, path);
        return File.Exists(file) ? new(() => File.OpenRead(file), known) : throw new CommandException(ExitCode.Usage, $"There is no file '{path}'.");
    }

    public HttpContent Open()
    {
        var content = new StreamContent(_open());
        content.Headers.ContentType = new MediaTypeHeaderValue(_mediaType);
        return content;
    }

    private static string? FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".csv" => "csv",
        ".jsonl" or ".ndjson" => "jsonl",
        _ => null,
    };
}
