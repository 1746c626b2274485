namespace Reprocessing.Domain.Filters;

/// <summary>A filter as read, or what is wrong with it: one of the two is set.</summary>
public sealed record FilterParse(FilterExpression? Expression, FilterError? Error);
