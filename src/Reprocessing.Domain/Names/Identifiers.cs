namespace Reprocessing.Domain.Names;

/// <summary>
/// What an order, customer, workflow or run id may look like. The forbidden characters are those that neither a table key
/// nor a workflow instance id nor a URL segment carries.
/// </summary>
public static class Identifiers
{
    public const int MaxLength = 256;

    private const string Forbidden = "/\\#?";

    /// <summary>Null when the value is an id; else what is wrong with it, as the end of a sentence.</summary>
    public static string? Problem(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return "must not be empty";
        }

        if (value.Length > MaxLength)
        {
            return $"must have at most {MaxLength} characters, has {value.Length}";
        }

        if (char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1]))
        {
            return "must not begin or end with white space";
        }

        for (var index = 0; index < value.Length; index++)
        {
            if (Forbidden.Contains(value[index], StringComparison.Ordinal))
            {
                return $"must not contain '{value[index]}' (position {index + 1})";
            }

            if (char.IsControl(value[index]))
            {
                return $"must not contain control characters (position {index + 1})";
            }

            if (char.IsSurrogate(value[index]) && !IsPairAt(value, ref index))
            {
                return $"must be well-formed Unicode (position {index + 1})";
            }
        }

        return null;
    }

    private static bool IsPairAt(string value, ref int index)
    {
        if (index + 1 >= value.Length || !char.IsSurrogatePair(value[index], value[index + 1]))
        {
            return false;
        }

        index++;
        return true;
    }
}

public static class Moments
{
    /// <summary>A table can neither keep an earlier one in a column of its own, nor be asked for it.</summary>
    public static DateTimeOffset Earliest { get; } = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset NoEarlier(DateTimeOffset at) => at < Earliest ? Earliest : at.ToUniversalTime();
}
