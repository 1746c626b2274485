namespace Embedded.DataTables.Protocol;

/// <summary>The answer where there is no row.</summary>
internal sealed class MissingResponse<T>(Response response) : NullableResponse<T>
{
    public override bool HasValue => false;

    public override T Value => throw new InvalidOperationException("The response has no value: the entity does not exist.");

    public override Response GetRawResponse() => response;
}
