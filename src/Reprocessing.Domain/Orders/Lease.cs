namespace Reprocessing.Domain.Orders;

/// <summary>An order belongs to one operation at a time; others skip it until the lease runs out.</summary>
public sealed record Lease(string Owner, DateTimeOffset Until)
{
    public bool Excludes(string owner, DateTimeOffset now) => Until > now && !string.Equals(Owner, owner, StringComparison.Ordinal);
}
