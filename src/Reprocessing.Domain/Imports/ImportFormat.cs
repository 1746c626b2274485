using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Imports;

[JsonConverter(typeof(JsonStringEnumConverter<ImportFormat>))]
public enum ImportFormat
{
    /// <summary>RFC 4180 with a header row.</summary>
    [JsonStringEnumMemberName("csv")]
    Csv,

    /// <summary>A JSON object a line.</summary>
    [JsonStringEnumMemberName("jsonl")]
    JsonLines,
}
