using Reprocessing.Domain.Filters;
using Reprocessing.Domain.Workflows;

namespace Reprocessing.Cli.Terminal;

/// <summary>A filter, which every command parses before it sends anything.</summary>
internal sealed class FilterOption : Option<string?>
{
    private readonly FieldCatalog _catalog;

    private FilterOption(FieldCatalog catalog, string example, string name, params string[] aliases)
        : base(name, aliases)
    {
        _catalog = catalog;
        Description = $"As: {example}.";
    }

    public static FilterOption OfDeadLetters() =>
        new(DeadLetterFields.Catalog, "errorType = timeout AND failureCount >= 3 AND $.customer.tier = 'gold'", "--filter", "-f");

    public static FilterOption OfOrders() => new(OrderFields.Catalog, "errorType = timeout AND age > 1h AND $.customer.tier = 'gold'", "--filter", "-f");

    public static FilterOption OfWorkflows() => new(
        WorkflowFields.Catalog,
        "WorkflowType = 'OrderFulfillment' AND ExecutionStatus = Failed AND StartTime > '2026-01-01'",
        "--query", "-q", "--filter", "-f");

    /// <summary>Points at the error in the filter that is given.</summary>
    public void Check(ParseResult parsed)
    {
        if (parsed.GetValue(this) is not { } text || FilterExpression.Parse(text, _catalog).Error is not { } error)
        {
            return;
        }

        switch (error.Kind)
        {
            case FilterErrorKind.UnknownChoice:
                // The app's settings may know more statuses; it answers for them.
                return;
            case FilterErrorKind.Empty:
                throw new CommandException(ExitCode.Usage, $"{Name} is empty, which does not mean everything.", error.Message);
            default:
                // The caret must match the escaped text, where letters may be wide and a line end takes two characters.
                var before = SafeText.Of(text[..Math.Clamp(error.Column - 1, 0, text.Length)]);
                throw new CommandException(
                    ExitCode.Usage,
                    $"{Name} cannot be used, column {error.Column}:",
                    SafeText.Of(text),
                    $"{new string(' ', before.GetCellWidth())}^",
                    error.Message);
        }
    }
}
