namespace Reprocessing.Domain.Orders;

/// <summary>One fault in what was handed in.</summary>
/// <param name="Path">JSON pointer to the member, e.g. <c>/items/0/sku</c>.</param>
/// <param name="Message">What is wrong with it, as the end of a sentence that the member begins.</param>
public sealed record InputProblem(string Path, string Message);
