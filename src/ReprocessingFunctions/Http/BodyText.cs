namespace ReprocessingFunctions.Http;

/// <summary>Texts by people: reasons, notes, names.</summary>
internal static class BodyText
{
    public const int MaxReason = 1000;

    /// <summary>The fault of a text that has to be there, or null.</summary>
    /// <param name="member">Its name, at the top of the body.</param>
    public static ProblemError? Fault(string? text, string member, int max) =>
        string.IsNullOrWhiteSpace(text) ? new($"'{member}' is needed and must not be blank.", $"#/{member}")
        : text.Length > max ? new($"'{member}' must have at most {max} characters, has {text.Length}.", $"#/{member}")
        : null;

    /// <summary>The same for a text that may be missing.</summary>
    public static ProblemError? OptionalFault(string? text, string member, int max) => text is null ? null : Fault(text, member, max);
}
