using System.Reflection;

namespace ReprocessingFunctions.Http;

/// <summary>
/// Checks a body by the attributes of its members, from which the OpenAPI document is made too. What they cannot say, the reader of the body
/// adds as rules of its own.
/// </summary>
internal static class BodyRules
{
    /// <summary>All faults at once, one a member: where both find one, the reader's own rule says more.</summary>
    /// <param name="principal">Stands in for a caller whom the body does not name.</param>
    public static IReadOnlyList<ProblemError> Check<T>(T body, Func<T, IEnumerable<ProblemError?>>? rules = null, string? principal = null)
        where T : class =>
        [.. (rules?.Invoke(body) ?? []).OfType<ProblemError>().Concat(CheckMembers(body, principal, "#")).DistinctBy(fault => fault.Pointer)];

    private static IEnumerable<ProblemError> CheckMembers(object? value, string? principal, string pointer) => value switch
    {
        IEnumerable<object> items => items.SelectMany((item, index) => CheckMembers(item, principal, $"{pointer}/{index}")),
        not null when value.GetType() is { IsClass: true } type && type.Assembly == typeof(BodyRules).Assembly =>
            type.GetProperties().SelectMany(member => CheckMember(member, member.GetValue(value), principal, pointer)),
        _ => [],
    };

    private static IEnumerable<ProblemError> CheckMember(PropertyInfo member, object? value, string? principal, string parent)
    {
        var name = JsonNamingPolicy.CamelCase.ConvertName(member.Name);
        var checkedValue = value ?? (member.IsDefined(typeof(CallerAttribute)) ? principal : null);
        var broken = member.GetCustomAttributes<ValidationAttribute>().FirstOrDefault(rule => !rule.IsValid(checkedValue));
        return broken is null
            ? CheckMembers(value, principal, $"{parent}/{name}")
            : [new($"'{name}' {Describe(broken, checkedValue)}", $"{parent}/{name}")];
    }

    private static string Describe(ValidationAttribute rule, object? value) => (rule, value) switch
    {
        ({ ErrorMessage: { } message }, _) => message,
        (CallerAttribute, null) => "is needed: the name of whoever asks for this.",
        (RequiredAttribute, null) => "is needed.",
        (RangeAttribute { Minimum: var least, Maximum: var most }, _) => FormattableString.Invariant($"must be {least} to {most}."),
        (LengthAttribute { MinimumLength: var fewest, MaximumLength: var most }, _) => $"must have {fewest} to {most} items.",
        (TextAttribute { MaximumLength: var longest }, string { Length: var length }) when length > longest => $"must have at most {longest} characters, has {length}.",
        _ => "must not be blank.",
    };
}

/// <summary>A text that people write, such as a reason or a note: not blank where it is said.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal class TextAttribute : StringLengthAttribute
{
    public TextAttribute(int longest = 1000)
        : base(longest) => MinimumLength = 1;

    public override bool IsValid(object? value) => value is null || (!string.IsNullOrWhiteSpace(value as string) && base.IsValid(value));
}

/// <summary>The name of an enum's member. The member is a text, so that another one is refused with their list and along with the body's other faults.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OneOfAttribute<TEnum> : RequiredAttribute
    where TEnum : struct, Enum
{
    public OneOfAttribute() => ErrorMessage = $"must be one of {string.Join(", ", EnumNames.All<TEnum>())}.";

    public override bool IsValid(object? value) => EnumNames.TryParse<TEnum>(value as string, out _);
}
