namespace Microsoft.Azure.Functions.Worker.Http;

public enum SameSite
{
    /// <summary>The attribute is not written.</summary>
    None,
    Lax,
    Strict,

    /// <summary>SameSite=None is written.</summary>
    ExplicitNone,
}
