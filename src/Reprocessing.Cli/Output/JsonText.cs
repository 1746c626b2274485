using System.Text.Encodings.Web;
using System.Text.Json;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.Output;

/// <summary>Answers as they came, and safe to look at: letters of any script as they are, what a terminal would obey as escapes.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions Line = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions Indented = new(Line) { WriteIndented = true, NewLine = "\n" };

    public static string OneLine(JsonElement json) => SafeText.OfLines(JsonSerializer.Serialize(json, Line));

    public static string Pretty(JsonElement json) => SafeText.OfLines(JsonSerializer.Serialize(json, Indented));
}
