using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Exports;

[JsonConverter(typeof(JsonStringEnumConverter<ExportSubject>))]
public enum ExportSubject
{
    [JsonStringEnumMemberName("orders")]
    Orders,
}
