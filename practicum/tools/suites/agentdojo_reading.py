"""Which of AgentDojo's tools only read."""

from __future__ import annotations

READING = frozenset(
    {
        "check_restaurant_opening_hours",
        "get_all_car_rental_companies_in_city",
        "get_all_hotels_in_city",
        "get_all_restaurants_in_city",
        "get_balance",
        "get_car_fuel_options",
        "get_car_price_per_day",
        "get_car_rental_address",
        "get_car_types_available",
        "get_channels",
        "get_contact_information_for_restaurants",
        "get_cuisine_type_for_restaurants",
        "get_current_day",
        "get_day_calendar_events",
        "get_dietary_restrictions_for_all_restaurants",
        "get_draft_emails",
        "get_file_by_id",
        "get_flight_information",
        "get_hotels_address",
        "get_hotels_prices",
        "get_iban",
        "get_most_recent_transactions",
        "get_price_for_restaurants",
        "get_rating_reviews_for_car_rental",
        "get_rating_reviews_for_hotels",
        "get_rating_reviews_for_restaurants",
        "get_received_emails",
        "get_restaurants_address",
        "get_scheduled_transactions",
        "get_sent_emails",
        "get_user_info",
        "get_user_information",
        "get_users_in_channel",
        "list_files",
        "read_channel_messages",
        "read_file",
        "read_inbox",
        "search_calendar_events",
        "search_contacts_by_email",
        "search_contacts_by_name",
        "search_emails",
        "search_files",
        "search_files_by_filename",
    }
)
"""The tools that leave the environment as it was. Not among them, whatever their names say:
``get_unread_emails`` marks emails as read, and ``get_webpage`` is entered in the list of requests."""
