namespace Reprocessing.Cli.Output;

/// <summary>
/// Columns of text separated by blanks. Widths follow from the first items, so that a list of any length is streamed; on a terminal the
/// widest columns are cut until a line fits.
/// </summary>
internal sealed class TableRows(IReadOnlyList<Column> columns, HostEnvironment host) : IRowWriter
{
    private const int Measured = 200;
    private const int Narrowest = 8;
    private const string Gap = "  ";

    private readonly List<string[]> _waiting = [];
    private int[]? _widths;

    public void Begin() => _waiting.Add([.. columns.Select(column => column.Heading.ToUpperInvariant())]);

    public void Write(JsonElement item)
    {
        string[] row = [.. columns.Select(column => SafeText.Of(column.Show(item)))];
        if (_widths is not null)
        {
            WriteLine(row, _widths);
            return;
        }

        _waiting.Add(row);
        if (_waiting.Count > Measured)
        {
            WriteWaiting();
        }
    }

    public void End()
    {
        if (_widths is null)
        {
            WriteWaiting();
        }
    }

    private void WriteWaiting()
    {
        _widths = Fit([.. columns.Select((_, index) => _waiting.Max(row => row[index].GetCellWidth()))]);
        _waiting.ForEach(row => WriteLine(row, _widths));
        _waiting.Clear();
    }

    private int[] Fit(int[] widths)
    {
        while (host.IsOutTerminal && widths.Sum() + (Gap.Length * (widths.Length - 1)) > host.Width && widths.Max() > Narrowest)
        {
            widths[Array.IndexOf(widths, widths.Max())]--;
        }

        return widths;
    }

    private void WriteLine(string[] row, int[] widths)
    {
        var cells = row.Select((text, index) => host.IsOutTerminal ? Cut(text, widths[index]) : text)
            .Select((text, index) => index == row.Length - 1 ? text : text + new string(' ', Math.Max(0, widths[index] - text.GetCellWidth())));
        host.Out.Write(string.Join(Gap, cells).TrimEnd() + "\n");
    }

    private static string Cut(string text, int width)
    {
        if (text.GetCellWidth() <= width)
        {
            return text;
        }

        var kept = text.Length;
        while (kept > 0 && text[..kept].GetCellWidth() > width - 1)
        {
            kept -= kept > 1 && char.IsLowSurrogate(text[kept - 1]) ? 2 : 1;
        }

        return text[..kept] + "…";
    }
}
