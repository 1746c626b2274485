namespace Reprocessing.Domain.Filters;

/// <summary>One item that a filter is asked about.</summary>
public interface IFilterSubject
{
    /// <summary>
    /// Null when the item has none. A text or choice as <see cref="FilterValue.Text"/>. Not asked for fields with a
    /// <see cref="FilterField.Since"/>.
    /// </summary>
    FilterValue? ValueOf(FilterField field);
}
