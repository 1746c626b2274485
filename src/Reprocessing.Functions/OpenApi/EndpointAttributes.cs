namespace Reprocessing.Functions.OpenApi;

[AttributeUsage(AttributeTargets.Method)]
internal sealed class EndpointAttribute(string tag, string summary) : Attribute
{
    public string Tag => tag;

    public string Summary => summary;

    public string? Description { get; init; }

    public bool IsIdempotent { get; init; }

    /// <summary>The role that it needs of who is signed in. Unless said viewer of what reads, which is GET, and operator of what changes something.</summary>
    public Role Role { get => RoleOrNull ?? Role.None; init => RoleOrNull = value; }

    public Role? RoleOrNull { get; private init; }

    public bool IsLong { get; init; }

    public bool HonoursIfMatch { get; init; }

    public Type? PageOf { get; init; }
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class BodyAttribute(Type type) : Attribute
{
    public Type Type => type;

    public bool IsOptional { get; init; }

    public string? Example { get; init; }

    public string[] Uploads { get; init; } = [];
}

[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class ResponseAttribute(int status, string description, Type? type, params string[] headers) : Attribute
{
    public int Status => status;

    public string Description => description;

    public Type? Type => type;

    public string[] Headers => headers;

    public string MediaType { get; init; } = "application/json";

    public string? Example { get; init; }
}

[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class ParameterAttribute(string name, string description) : Attribute
{
    public string Name => name;

    public string Description => description;

    public bool IsHeader { get; init; }

    public bool IsTime { get; init; }

    public int Max { get; init; }

    public Type? OneOf { get; init; }

    public string? Values { get; init; }
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class RefusesAttribute(params string[] codes) : Attribute
{
    public IReadOnlyList<string> Codes => codes;
}

[AttributeUsage(AttributeTargets.Property)]
internal sealed class AnyOfAttribute(params Type[] types) : Attribute
{
    public IReadOnlyList<Type> Types => types;
}

/// <summary>The member is one of the failure statuses, of which the settings may add some.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class FailureStatusNameAttribute : Attribute;
