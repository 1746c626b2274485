namespace ReprocessingFunctions.OpenApi;

/// <summary>Says which types a member that is read as plain JSON may hold; which one is said by another member.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AnyOfAttribute(params Type[] types) : Attribute
{
    public IReadOnlyList<Type> Types => types;
}
