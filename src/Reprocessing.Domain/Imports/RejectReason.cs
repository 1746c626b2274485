using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Imports;

/// <summary>Why a record was not stored.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RejectReason>))]
public enum RejectReason
{
    /// <summary>A quote opens a field and none closes it, to the end of the input or within the limit of a record.</summary>
    [JsonStringEnumMemberName("unterminated_quote")]
    UnterminatedQuote,

    /// <summary>A quote stands within an unquoted field, or text follows the quote that closes one.</summary>
    [JsonStringEnumMemberName("malformed_quote")]
    MalformedQuote,

    [JsonStringEnumMemberName("record_too_large")]
    RecordTooLarge,

    [JsonStringEnumMemberName("invalid_utf8")]
    InvalidUtf8,

    /// <summary>The line is no JSON object, or a column that holds JSON does not.</summary>
    [JsonStringEnumMemberName("invalid_json")]
    InvalidJson,

    /// <summary>More or fewer fields than the header has.</summary>
    [JsonStringEnumMemberName("wrong_field_count")]
    WrongFieldCount,

    /// <summary>A value is of the wrong type or breaks a rule for orders.</summary>
    [JsonStringEnumMemberName("invalid_order")]
    InvalidOrder,

    /// <summary>An order of this id is there with other content.</summary>
    [JsonStringEnumMemberName("conflict")]
    Conflict,
}
