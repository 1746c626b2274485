namespace Reprocessing.Functions.Http;

internal static class BodyRules
{
    /// <summary>Attributes are made anew each time that they are asked for, and a body may have a thousand items.</summary>
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<Member>> MembersOf = new();

    /// <summary>All faults at once, one a member: where both find one, the reader's own rule says more. Who is signed in stands in for a caller whom the body does not name.</summary>
    public static IReadOnlyList<ProblemError> Check<T>(T body, Func<T, IEnumerable<ProblemError?>>? rules = null, string? principal = null)
        where T : class =>
        [.. (rules?.Invoke(body) ?? []).OfType<ProblemError>().Concat(CheckMembers(body, principal, "#")).DistinctBy(fault => fault.Pointer)];

    private static IEnumerable<ProblemError> CheckMembers(object? value, string? principal, string pointer) => value switch
    {
        IEnumerable<object> items => items.SelectMany((item, index) => CheckMembers(item, principal, $"{pointer}/{index}")),
        not null when value.GetType() is { IsClass: true } type && type.Assembly == typeof(BodyRules).Assembly =>
            MembersOf.GetOrAdd(type, Read).SelectMany(member => CheckMember(member, member.Property.GetValue(value), principal, pointer)),
        _ => [],
    };

    private static IEnumerable<ProblemError> CheckMember(Member member, object? value, string? principal, string parent)
    {
        var signedIn = member.Rules.Any(rule => rule is CallerAttribute) ? principal : null;
        if (signedIn is not null && value is string claimed && !claimed.Equals(signedIn, StringComparison.OrdinalIgnoreCase))
        {
            return [new($"'{member.Name}' must be left out: it names somebody else than who is signed in.", $"{parent}/{member.Name}")];
        }

        var checkedValue = value ?? signedIn;
        var broken = member.Rules.FirstOrDefault(rule => !rule.IsValid(checkedValue));
        return broken is null
            ? CheckMembers(value, principal, $"{parent}/{member.Name}")
            : [new($"'{member.Name}' {Describe(broken, checkedValue)}", $"{parent}/{member.Name}")];
    }

    private static IReadOnlyList<Member> Read(Type type) =>
    [
        .. type.GetProperties().Select(property => new Member(
            property, JsonNamingPolicy.CamelCase.ConvertName(property.Name), [.. property.GetCustomAttributes<ValidationAttribute>()])),
    ];

    private static string Describe(ValidationAttribute rule, object? value) => (rule, value) switch
    {
        ({ ErrorMessage: { } message }, _) => message,
        (CallerAttribute, null) => "is needed: the name of whoever asks for this.",
        (RequiredAttribute, null) => "is needed.",
        (RangeAttribute { Minimum: var least, Maximum: var most }, _) => FormattableString.Invariant($"must be {least} to {most}."),
        (LengthAttribute { MinimumLength: var fewest, MaximumLength: var most }, _) => $"must have {fewest} to {most} items.",
        (TextAttribute { MaximumLength: var longest }, string { Length: var length }) when length > longest => $"must have at most {longest} characters, has {length}.",
        (TextAttribute { IsProse: var isProse }, string text) when !string.IsNullOrWhiteSpace(text) => isProse
            ? "must not contain control characters other than line ends and tabs."
            : "must be one line without control characters and marks of direction.",
        _ => "must not be blank.",
    };

    private sealed record Member(PropertyInfo Property, string Name, IReadOnlyList<ValidationAttribute> Rules);
}

/// <summary>A text that people write, such as a name or a reason: one line, and not blank where it is said.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal class TextAttribute : StringLengthAttribute
{
    public TextAttribute(int longest = 1000)
        : base(longest) => MinimumLength = 1;

    public bool IsProse { get; init; }

    public override bool IsValid(object? value) => value is null
        || (value is string text && !string.IsNullOrWhiteSpace(text) && base.IsValid(text) && (IsProse ? SafeText.IsProse(text) : SafeText.IsLine(text)));
}

/// <summary>The name of an enum's member. The member is a text, so that another one is refused with their list and along with the body's other faults.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OneOfAttribute<TEnum> : RequiredAttribute
    where TEnum : struct, Enum
{
    public OneOfAttribute() => ErrorMessage = $"must be one of {string.Join(", ", EnumNames.All<TEnum>())}.";

    public override bool IsValid(object? value) => EnumNames.TryParse<TEnum>(value as string, out _);
}
