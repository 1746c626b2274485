using Reprocessing.Domain.Filters;

namespace Reprocessing.Cli.Filters;

/// <summary>Reads a filter by the app's own grammar before anything is sent, and points at what is wrong with it.</summary>
internal static class FilterCheck
{
    /// <param name="option">What the filter was given by.</param>
    public static void Check(string option, string text, FieldCatalog catalog)
    {
        var error = FilterExpression.Parse(text, catalog).Error;
        if (error is null)
        {
            return;
        }

        if (error.Kind == FilterErrorKind.Empty)
        {
            throw new CommandException(ExitCode.Usage, $"{option} is empty, which does not mean everything.", error.Message);
        }

        // The caret stands below what is shown, where letters may be wide and line ends are two.
        var before = SafeText.Of(text[..Math.Clamp(error.Column - 1, 0, text.Length)]);
        throw new CommandException(
            ExitCode.Usage,
            $"{option} cannot be used, column {error.Column}:",
            SafeText.Of(text),
            $"{new string(' ', before.GetCellWidth())}^",
            error.Message);
    }
}
