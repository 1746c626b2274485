namespace Embedded.DataTables.Entities;

/// <summary>The service's property types.</summary>
internal enum EdmType
{
    String,
    Int32,
    Int64,
    Double,
    Boolean,
    DateTime,
    Guid,
    Binary,
}
