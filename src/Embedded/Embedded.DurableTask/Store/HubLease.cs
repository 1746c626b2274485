namespace Embedded.DurableTask.Store;

/// <summary>Who may run the hub. Tokens only go up; the owner is null when the hub was given back.</summary>
internal sealed record HubLease(string? Owner, long Token, DateTimeOffset ExpiresAt);
