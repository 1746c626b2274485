using System.Text;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Store;

/// <summary>
/// Turns as text: a JSON array of events each, one a line. The latest lines are kept in the head, which every turn writes anyway;
/// when they outgrow <see cref="MaxRecent"/> they move into a row of their own.
/// </summary>
internal static class HistoryText
{
    /// <summary>Sent again with every turn, so it must stay small beside the cost of the operation.</summary>
    public const int MaxRecent = 8_000;

    // JSON text has no line breaks of its own.
    private const char Break = '\n';

    public static string Append(string recent, TurnRecord turn)
    {
        var text = HistoryCodec.Serialize(turn.Events);
        return recent.Length == 0 ? text : string.Concat(recent, Break.ToString(), text);
    }

    /// <summary>The lines as rows from the given number on: more than one only if they outgrow a row.</summary>
    public static IEnumerable<HistoryRow> Rows(string instanceId, int generation, int firstRow, string text)
    {
        for (var rest = text.AsMemory(); rest.Length > 0; firstRow++)
        {
            var length = Math.Min(rest.Length, StoreLimits.RowLength);
            length -= length < rest.Length && char.IsHighSurrogate(rest.Span[length - 1]) ? 1 : 0;
            yield return new HistoryRow(instanceId, generation, firstRow, rest[..length].ToString(), length < rest.Length);
            rest = rest[length..];
        }
    }

    public static IReadOnlyList<TurnRecord> Turns(IEnumerable<HistoryRow> rows, string recent)
    {
        var turns = new List<TurnRecord>();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.Append(row.Text);
            if (!row.Continues)
            {
                Read(text.ToString(), turns);
                text.Clear();
            }
        }

        Read(recent, turns);
        return turns;
    }

    private static void Read(string lines, List<TurnRecord> turns) => turns.AddRange(
        lines.Split(Break, StringSplitOptions.RemoveEmptyEntries).Select(static line => new TurnRecord(HistoryCodec.Deserialize(line))));
}
