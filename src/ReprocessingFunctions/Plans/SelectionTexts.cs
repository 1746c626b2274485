using System.Text;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Jobs;

namespace ReprocessingFunctions.Plans;

/// <summary>Reads ids that come as text, as people have them: a column of a spreadsheet, the lines of a file.</summary>
internal static class SelectionTexts
{
    private static readonly string[] Headings = ["id", "ids", "orderId", "order_id", "workflowId", "workflow_id", "instanceId", "instance_id"];

    /// <summary>The same selection with all ids in its lists.</summary>
    public static (PlanSelection? Selection, Problem? Problem) Read(PlanSelection? selection)
    {
        if (selection is null or { IdsText: null, ExcludeText: null })
        {
            return (selection, null);
        }

        List<ProblemError> faults = [];
        var read = selection with
        {
            Ids = Join(selection.Ids, selection.IdsText, "idsText", faults),
            IdsText = null,
            Exclude = Join(selection.Exclude, selection.ExcludeText, "excludeText", faults),
            ExcludeText = null,
        };
        return faults.Count == 0 ? (read, null) : (null, Problems.InvalidBody(faults));
    }

    private static IReadOnlyList<string>? Join(IReadOnlyList<string>? listed, string? text, string member, List<ProblemError> faults)
    {
        if (text is null)
        {
            return listed;
        }

        if (Split(text) is not { } ids)
        {
            faults.Add(new($"'{member}' has a quote that is not closed.", $"#/selection/{member}"));
            return listed;
        }

        return [.. listed ?? [], .. ids];
    }

    /// <returns>Null when a quote is not closed.</returns>
    internal static IReadOnlyList<string>? Split(string text)
    {
        List<string> fields = [];
        var field = new StringBuilder();
        var isQuoted = false;
        for (var index = 0; index < text.Length; index++)
        {
            var letter = text[index];
            if (letter == '"' && isQuoted && index + 1 < text.Length && text[index + 1] == '"')
            {
                field.Append('"');
                index++;
            }
            else if (letter == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (!isQuoted && letter is ',' or ';' or '\n' or '\r' or '\t')
            {
                Take(field, fields);
            }
            else
            {
                field.Append(letter);
            }
        }

        Take(field, fields);
        return isQuoted ? null : fields is [var first, ..] && Headings.Contains(first, StringComparer.OrdinalIgnoreCase) ? fields[1..] : fields;
    }

    private static void Take(StringBuilder field, List<string> fields)
    {
        if (field.ToString().Trim() is { Length: > 0 } id)
        {
            fields.Add(id);
        }

        field.Clear();
    }
}
