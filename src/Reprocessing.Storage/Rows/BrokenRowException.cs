namespace Reprocessing.Storage.Rows;

/// <summary>A stored row cannot be read: written by hand, or by a version that this one does not know.</summary>
public sealed class BrokenRowException : InvalidOperationException
{
    public BrokenRowException()
    {
    }

    public BrokenRowException(string message)
        : base(message)
    {
    }

    public BrokenRowException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
