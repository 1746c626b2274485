namespace Reprocessing.Functions.OpenApi;

/// <summary>Describes an HTTP function for the OpenAPI document. Method, route and key are read from its trigger.</summary>
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

    /// <summary>Reads or writes so many items that it is given more time.</summary>
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

    /// <summary>Media types of bodies that are accepted in place of JSON.</summary>
    public string[] Uploads { get; init; } = [];
}

/// <summary>A response of the function other than a problem; without a type when its body is not JSON.</summary>
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

/// <summary>A parameter of the query, or a header.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class ParameterAttribute(string name, string description) : Attribute
{
    public string Name => name;

    public string Description => description;

    public bool IsHeader { get; init; }

    public bool IsTime { get; init; }

    public int Max { get; init; }

    public Type? OneOf { get; init; }

    /// <summary>The static member of the function's class that lists what it takes.</summary>
    public string? Values { get; init; }
}

/// <summary>The function's codes of <see cref="ProblemCatalog"/>, besides those that follow from its other attributes.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RefusesAttribute(params string[] codes) : Attribute
{
    public IReadOnlyList<string> Codes => codes;
}

/// <summary>The types that a member which is read as plain JSON may hold; another member says which one.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AnyOfAttribute(params Type[] types) : Attribute
{
    public IReadOnlyList<Type> Types => types;
}

/// <summary>The member is one of the failure statuses, of which the settings may add some.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class FailureStatusNameAttribute : Attribute;
