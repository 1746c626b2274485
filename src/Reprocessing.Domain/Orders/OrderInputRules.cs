namespace Reprocessing.Domain.Orders;

/// <summary>Checked before anything of an order is stored; all errors are reported at once.</summary>
public static class OrderInputRules
{
    public const int MaxItems = 1_000;
    public const int MaxQuantity = 1_000_000;
    public const decimal MaxWeight = 1_000_000;
    public const int MaxText = 128;

    public static IReadOnlyList<InputProblem> Check(OrderInput input)
    {
        List<InputProblem> problems = [];
        Add(problems, "/orderId", Identifiers.Problem(input.OrderId));
        Add(problems, "/customerId", Identifiers.Problem(input.CustomerId));
        Add(problems, "/priority", Enum.IsDefined(input.Priority) ? null : "must be a known priority");
        Add(problems, "/shipping/city", TooLong(input.Shipping?.City));
        Add(problems, "/shipping/state", TooLong(input.Shipping?.State));
        CheckItems(problems, input.Items);
        return problems;
    }

    private static void CheckItems(List<InputProblem> problems, IReadOnlyList<OrderItem>? items)
    {
        if (items is not { Count: > 0 and <= MaxItems })
        {
            problems.Add(new("/items", $"must have 1 to {MaxItems} items"));
            return;
        }

        for (var index = 0; index < items.Count; index++)
        {
            if (items[index] is not { } item)
            {
                problems.Add(new($"/items/{index}", "must not be null"));
                continue;
            }

            Add(problems, $"/items/{index}/sku", string.IsNullOrWhiteSpace(item.Sku) ? "must not be empty" : TooLong(item.Sku));
            Add(problems, $"/items/{index}/quantity", item.Quantity is >= 1 and <= MaxQuantity ? null : $"must be 1 to {MaxQuantity}");
            Add(problems, $"/items/{index}/weight", item.Weight is >= 0 and <= MaxWeight ? null : $"must be 0 to {MaxWeight}");
        }
    }

    private static string? TooLong(string? text) =>
        text?.Length > MaxText ? $"must have at most {MaxText} characters, has {text.Length}" : null;

    private static void Add(List<InputProblem> problems, string pointer, string? message)
    {
        if (message is not null)
        {
            problems.Add(new(pointer, message));
        }
    }
}

/// <param name="Path">JSON pointer to the member, such as <c>/items/0/sku</c>.</param>
/// <param name="Message">The end of a sentence that begins with the member.</param>
public sealed record InputProblem(string Path, string Message);
