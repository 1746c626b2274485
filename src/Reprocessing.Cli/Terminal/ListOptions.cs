using System.CommandLine;

namespace Reprocessing.Cli.Terminal;

/// <summary>How much of a list.</summary>
internal static class ListOptions
{
    public static Option<int> Limit()
    {
        var option = new Option<int>("--limit", "-l")
        {
            Description = "No more than so many; 0 is all, read a page at a time.",
            DefaultValueFactory = _ => 50,
            HelpName = "n",
        };
        option.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.Tokens is not [var token] || (int.TryParse(token.Value, out var limit) && limit >= 0))
            {
                return;
            }

            result.AddError("--limit must be 0 or more.");
        });
        return option;
    }

    public static Argument<string> Id(string name, string description) => new(name) { Description = description };

    /// <summary>An option that takes one of some words.</summary>
    public static Option<string?> Word(string name, string description, IReadOnlyList<string> words)
    {
        var option = new Option<string?>(name) { Description = $"{description} One of {string.Join(", ", words)}.", HelpName = "word" };
        option.AcceptOnlyFromAmong([.. words]);
        return option;
    }
}
