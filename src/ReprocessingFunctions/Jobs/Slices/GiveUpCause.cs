namespace ReprocessingFunctions.Jobs.Slices;

/// <summary>Why a job lets go of an item.</summary>
internal enum GiveUpCause
{
    /// <summary>Its last attempt failed.</summary>
    Exhausted,

    /// <summary>Its outcome did not come in time; what was started may still be at work.</summary>
    TimedOut,

    /// <summary>The job ends before it came to the item.</summary>
    Untouched,
}
