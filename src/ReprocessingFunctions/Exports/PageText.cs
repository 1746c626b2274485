using System.Buffers;
using System.Text;
using Reprocessing.Domain.Exports;
using Reprocessing.Domain.Imports;
using Reprocessing.Storage.Exports;

namespace ReprocessingFunctions.Exports;

/// <summary>A page while it is written.</summary>
internal sealed class PageText
{
    /// <summary>They stand in one row.</summary>
    private const int MaxSkipped = 100;

    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly List<SkippedRecord> _skipped = [];
    private readonly ImportFormat _format;
    private readonly ExportLimits _limits;
    private int _records;

    public PageText(ImportFormat format, ExportLimits limits, bool isFirst)
    {
        (_format, _limits) = (format, limits);
        if (isFirst && format == ImportFormat.Csv)
        {
            Write(OrderExport.CsvHeader);
        }
    }

    public bool IsFull =>
        _records + _skipped.Count >= _limits.PageRecords || _skipped.Count >= MaxSkipped || _text.WrittenCount >= _limits.PageBytes;

    public void Add(ScannedRow row)
    {
        switch (row)
        {
            case ScannedRow.Read read:
                Write(OrderExport.Write(_format, read.Order, read.Input));
                _records++;
                break;
            case ScannedRow.Broken broken:
                _skipped.Add(broken.Row);
                break;
        }
    }

    public WrittenPage ToPage(int number, OrderCursor to, bool isLast) => new(
        new(number, new(_records, _skipped.Count), _text.WrittenCount, to, isLast), _text.WrittenMemory, _skipped);

    private void Write(string text) => Encoding.UTF8.GetBytes(text, _text);
}
