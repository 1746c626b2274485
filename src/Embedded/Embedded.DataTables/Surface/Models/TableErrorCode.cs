using System.Diagnostics.CodeAnalysis;

namespace Azure.Data.Tables.Models;

/// <summary>The service's names of errors, as in <see cref="RequestFailedException.ErrorCode"/>.</summary>
public readonly struct TableErrorCode : IEquatable<TableErrorCode>
{
    private readonly string? _value;

    public TableErrorCode(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _value = value;
    }

    public static TableErrorCode AuthorizationPermissionMismatch { get; } = new("AuthorizationPermissionMismatch");

    public static TableErrorCode EntityAlreadyExists { get; } = new("EntityAlreadyExists");

    public static TableErrorCode EntityNotFound { get; } = new("EntityNotFound");

    public static TableErrorCode EntityTooLarge { get; } = new("EntityTooLarge");

    public static TableErrorCode Forbidden { get; } = new("Forbidden");

    public static TableErrorCode InvalidDuplicateRow { get; } = new("InvalidDuplicateRow");

    public static TableErrorCode InvalidInput { get; } = new("InvalidInput");

    public static TableErrorCode OperationTimedOut { get; } = new("OperationTimedOut");

    public static TableErrorCode OutOfRangeInput { get; } = new("OutOfRangeInput");

    public static TableErrorCode PropertyNameInvalid { get; } = new("PropertyNameInvalid");

    public static TableErrorCode PropertyValueTooLarge { get; } = new("PropertyValueTooLarge");

    public static TableErrorCode ResourceNotFound { get; } = new("ResourceNotFound");

    public static TableErrorCode TableAlreadyExists { get; } = new("TableAlreadyExists");

    public static TableErrorCode TableBeingDeleted { get; } = new("TableBeingDeleted");

    public static TableErrorCode TableNotFound { get; } = new("TableNotFound");

    public static TableErrorCode TooManyProperties { get; } = new("TooManyProperties");

    public static TableErrorCode UpdateConditionNotSatisfied { get; } = new("UpdateConditionNotSatisfied");

    public static implicit operator TableErrorCode(string value) => new(value);

    public static bool operator ==(TableErrorCode l, TableErrorCode r) => l.Equals(r);

    public static bool operator ==(TableErrorCode l, string? r) => l.Is(r);

    public static bool operator ==(string? l, TableErrorCode r) => r.Is(l);

    public static bool operator !=(TableErrorCode l, TableErrorCode r) => !l.Equals(r);

    public static bool operator !=(TableErrorCode l, string? r) => !l.Is(r);

    public static bool operator !=(string? l, TableErrorCode r) => !r.Is(l);

    public bool Equals(TableErrorCode other) => Is(other._value);

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is TableErrorCode other && Equals(other);

    public override int GetHashCode() => _value is null ? 0 : StringComparer.OrdinalIgnoreCase.GetHashCode(_value);

    public override string ToString() => _value ?? "";

    private bool Is(string? value) => string.Equals(_value, value, StringComparison.OrdinalIgnoreCase);
}
