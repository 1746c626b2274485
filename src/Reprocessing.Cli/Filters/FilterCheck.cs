using Reprocessing.Domain.Filters;

namespace Reprocessing.Cli.Filters;

/// <summary>Parses a filter before anything is sent, and points at its error.</summary>
internal static class FilterCheck
{
    /// <param name="option">The filter's option.</param>
    public static void Check(string option, string text, FieldCatalog catalog)
    {
        var error = FilterExpression.Parse(text, catalog).Error;
        if (error is null or { Kind: FilterErrorKind.UnknownChoice })
        {
            // The app's settings may know more statuses; it answers for them.
            return;
        }

        if (error.Kind == FilterErrorKind.Empty)
        {
            throw new CommandException(ExitCode.Usage, $"{option} is empty, which does not mean everything.", error.Message);
        }

        // The caret must match the escaped text, where letters may be wide and a line end takes two characters.
        var before = SafeText.Of(text[..Math.Clamp(error.Column - 1, 0, text.Length)]);
        throw new CommandException(
            ExitCode.Usage,
            $"{option} cannot be used, column {error.Column}:",
            SafeText.Of(text),
            $"{new string(' ', before.GetCellWidth())}^",
            error.Message);
    }
}
