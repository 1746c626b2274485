namespace Reprocessing.Domain.Filters;

/// <summary>What a filter may cost: everything that is done with one is linear in these and in the items.</summary>
public static class FilterLimits
{
    public const int Length = 4_000;

    /// <summary>Parentheses and NOTs within each other.</summary>
    public const int Depth = 32;

    /// <summary>Comparisons.</summary>
    public const int Terms = 200;

    /// <summary>Values of one IN.</summary>
    public const int InList = 500;

    /// <summary>Steps of one JSONPath.</summary>
    public const int PathSteps = 32;
}
