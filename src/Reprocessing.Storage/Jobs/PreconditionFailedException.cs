namespace Reprocessing.Storage.Jobs;

/// <summary>What the caller had read has changed since.</summary>
public sealed class PreconditionFailedException : InvalidOperationException
{
    public PreconditionFailedException()
    {
    }

    public PreconditionFailedException(string message)
        : base(message)
    {
    }

    public PreconditionFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
